import { presentationEntity } from './list-presentations/list-presentations.handler';
import { statementVersionEntity } from './statements.store';

export const statementEntities = [statementVersionEntity, presentationEntity];
