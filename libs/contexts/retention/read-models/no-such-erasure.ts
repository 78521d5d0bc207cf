import { Problem } from '@hjemmel/kernel';

export const noSuchErasure = (): Problem =>
  new Problem({ type: '/problems/no-such-erasure', title: 'No such erasure', status: 404, rule: 'no-such-erasure' });
