/** What the tasks are given from outside, so that tests can give their own: microphone, sound, clock. */
import { createContext, useContext } from 'react';
import { type Clock, performanceNow } from './clock';
import { Microphone } from './recorder';
import { SoundPlayer } from './sound';

export interface Services {
  openMicrophone: (onLost?: () => void) => Promise<Microphone>;
  sound: Pick<SoundPlayer, 'play' | 'playSequence' | 'stop' | 'unlock' | 'load'>;
  now: Clock;
}

export function realServices(): Services {
  return { openMicrophone: (onLost) => Microphone.open(onLost), sound: new SoundPlayer(), now: performanceNow };
}

const ServicesContext = createContext<Services | null>(null);
export const ServicesProvider = ServicesContext.Provider;

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (!services) throw new Error('no services are provided here');
  return services;
}
