import { Query } from '@nestjs/cqrs';
import type { RightsRequestRow } from '../rights-requests.read-model';

export interface RequestPlace {
  readonly due: string;
  readonly requestId: string;
}

export interface RightsRequestPage {
  readonly items: readonly RightsRequestRow[];
  readonly next: RequestPlace | undefined;
}

/** The most pressing first. Names no personal data. */
export class ListRightsRequests extends Query<RightsRequestPage> {
  constructor(readonly page: { readonly limit: number; readonly behind: RequestPlace | undefined }) {
    super();
  }
}
