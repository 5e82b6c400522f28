export { renderNatsAccounts } from './accounts.js';
export {
  API_PREFIX,
  natsPermissions,
  PUBLISHER,
  PUBLISHER_PERMISSIONS,
  type SubjectPermissions,
} from './permissions.js';
