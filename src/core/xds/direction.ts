export type Direction = 'inbound' | 'outbound';
