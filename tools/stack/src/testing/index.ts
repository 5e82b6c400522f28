export { type ScratchNats, scratchNats } from './scratch-nats.js';
