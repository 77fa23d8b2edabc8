// Words that hold a comment until the broadcaster has looked at it. A hold, not a verdict: what is harmless is approved with one
// tap. What is an everyday word of another language (French con and bite, say) isn't in the lists. A star stands for any ending.

import { foldedWord, foldedWords } from './folded-text.ts';
import { BLOCKED_WORDS_MAX, BLOCKED_WORD_CHARS_MAX } from './room-limits.ts';

const ENGLISH =
  'arsehole* asshole* bastard* bitch* bollocks bullshit cock cocks cocksuck* cunt* dick dickhead* dyke* fag fags faggot* ' +
  'fuck* gook* jizz kike* kys motherfuck* nazi* nigga* nigger* paki pakis porn* prick pricks pussy queer rape* rapist* retard* ' +
  'shit shits shitty slut* spic spics suicide tits tranny* twat* wank* whore*';
const FRENCH =
  'abruti* batard* bicot* bougnoul* bouffon* branleu* chiant* chier connard* connasse* conne couille* ' +
  'crevard* debile* encul* enfoire* fdp gouine* merde* mongol* nazi* negre* negro* nique* niquer ntm pede pedes pedal* petasse* ' +
  'pouffiasse* putain* pute putes raton ratons salaud* salope* suce suceu* tafiole* tapette* tg trouduc* violeur* violer* youpin*';

/** Words to hold comments for. */
export class WordRules {
  #exact = new Set<string>();
  #starts: string[] = [];

  /** `own`: what the broadcaster blocks besides; what is too long, or too much, is left out. */
  constructor(own: readonly string[] = []) {
    for (const word of `${ENGLISH} ${FRENCH}`.split(' ')) this.#add(word);
    for (const word of own.slice(0, BLOCKED_WORDS_MAX)) this.#add(word.slice(0, BLOCKED_WORD_CHARS_MAX));
  }

  /** Whether a text has one of them in it, however it is written. */
  hold(text: string): boolean {
    return foldedWords(text).some(
      (word) => this.#exact.has(word) || this.#starts.some((start) => word.startsWith(start)),
    );
  }

  #add(word: string): void {
    const folded = foldedWord(word.replaceAll('*', ''));
    if (folded === '') return;
    if (word.endsWith('*')) this.#starts.push(folded);
    else this.#exact.add(folded);
  }
}
