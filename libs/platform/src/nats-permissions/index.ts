export { renderNatsAccounts } from './accounts.js';
export {
  API_PREFIX,
  type ConsumerNames,
  natsPermissions,
  PUBLISHER,
  PUBLISHER_PERMISSIONS,
  type SubjectPermissions,
} from './permissions.js';
