export type { Backend } from './backend';
export { BackendError } from './error';
export * from './dataTypes';
export * from './diagnosticsTypes';
export * from './healthTypes';
export * from './noticeTypes';
export * from './startTypes';
export * from './types';
export { connect, hasProgram } from './wails';
