import type { Agreement } from '@hjemmel/admission';
import type { AgreementEvent } from './events';

export type AgreementState = Agreement | undefined;

export function evolveAgreement(state: AgreementState, { type, data }: AgreementEvent): AgreementState {
  switch (type) {
    case 'ProcessingAgreementConcluded': {
      const { version, from, activities } = data;
      const instructions = Object.fromEntries(activities.map((activity) => [activity, instructedSince(state, activity, from)]));
      return { version, from: isLive(state) ? state.from : from, instructions };
    }
    case 'InstructionGiven': {
      const given = Object.fromEntries(data.activities.map((activity) => [activity, instructedSince(state, activity, data.from)]));
      return state && { ...state, instructions: { ...state.instructions, ...given } };
    }
    case 'InstructionWithdrawn': {
      if (!state) return undefined;
      const ended = data.activities.flatMap((activity) => {
        const instruction = state.instructions[activity];
        return instruction ? [[activity, { ...instruction, until: data.until }] as const] : [];
      });
      return { ...state, instructions: { ...state.instructions, ...Object.fromEntries(ended) } };
    }
    case 'ProcessingAgreementEnded':
      return state && { ...state, until: data.until };
  }
}

/** A new version of an agreement that holds leaves no gap, and neither does an instruction that is given again. */
const isLive = (state: AgreementState): state is Agreement => state !== undefined && state.until === undefined;

function instructedSince(state: AgreementState, activity: string, from: string): Agreement['instructions'][string] {
  const known = isLive(state) && Object.hasOwn(state.instructions, activity) ? state.instructions[activity] : undefined;
  return known && known.until === undefined ? known : { from };
}
