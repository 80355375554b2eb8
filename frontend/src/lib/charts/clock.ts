export * from '../format/clock';
