/** Whether this person is shown what was said, written and drawn; researchers are not, until it is allowed. */
import { createContext, useContext } from 'react';

const AreWordsShownContext = createContext(true);
export const AreWordsShownProvider = AreWordsShownContext.Provider;
export const useAreWordsShown = (): boolean => useContext(AreWordsShownContext);
