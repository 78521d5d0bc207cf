/** The read model from which the register's history is answered, as `Consistency` knows it. A spec holds it to its declaration. */
export const REGISTER_MODEL = 'activity-versions';
