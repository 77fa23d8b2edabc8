// Layout of the watch page. A phone held upright: bar, picture, and a bar for the room, whose comments rise over the
// picture. A desktop: title bar above, the picture as large as fits, the room beside it.

import { css } from 'lit';

/** For `lucarne-watch`. The page is night in both schemes: a picture wants the dark around it. */
export const watchStyles = css`
  :host {
    position: relative;
    display: grid;
    grid-template-rows: auto minmax(0, 1fr) auto;
    height: 100dvh;
    min-height: 18rem;
    --scheme: dark;
    background: var(--night);
    color: var(--night-ink);
    padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom)
      env(safe-area-inset-left);
  }
  header {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    align-items: center;
    gap: 0 var(--space-3);
    min-height: 3.5rem;
    padding: var(--space-1) var(--space-4);
  }
  .home {
    display: grid;
    place-items: center;
    min-width: 2.75rem;
    min-height: 2.75rem;
    color: inherit;
  }
  .mark {
    height: 1.6rem;
  }
  h1 {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
    font-size: var(--text-s);
    line-height: 1.25;
    overflow-wrap: anywhere;
  }
  .facts {
    display: flex;
    align-items: center;
    gap: var(--space-3);
  }
  .language {
    display: none;
  }
  /* What stands beside the title would leave it no room. */
  @media (max-width: 30rem), (max-width: 40rem) and (orientation: portrait) {
    header {
      grid-template-columns: auto minmax(0, 1fr);
      gap: 2px var(--space-3);
    }
    .home {
      grid-row: 1 / span 2;
    }
    h1 {
      -webkit-line-clamp: 1;
    }
    .facts {
      min-height: 1.75rem;
      font-size: var(--text-s);
    }
  }
  .show {
    --stage-aspect: auto;
    display: grid;
    grid-template-rows: minmax(0, 1fr) auto;
    min-height: 0;
  }
  .show[data-behind] {
    --rise-end: 6.8rem;
  }
  .veil {
    display: grid;
    gap: var(--space-2);
    align-content: center;
    justify-items: center;
    padding: var(--space-4);
    text-align: center;
    font-size: var(--text-s);
  }
  /* Dark enough for words over any picture, light enough to see that one is still there. */
  .veil[data-over] {
    background: #070b1cc4;
  }
  .sentence {
    font: 600 var(--text-l) / 1.2 var(--font-display);
  }
  .ways {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: var(--space-2);
    margin-top: var(--space-2);
  }
  .ways > * {
    border-color: #8c97c4;
    color: var(--night-ink);
  }
  .ways > *:hover {
    background: #ffffff1f;
  }
  .spinner {
    width: 2.25rem;
    height: 2.25rem;
    border: 3px solid #ffffff33;
    border-top-color: #ffc56e;
    border-radius: 50%;
    /* Most joins are over before it turns: an animation takes the processor from the first picture. */
    animation: turn 1s linear 0.7s infinite;
  }
  :focus-visible {
    outline-color: #ffd899;
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .spinner {
      animation: none;
    }
  }
  /* An upright picture on an upright phone has the whole screen. What else there is stands over its edges, where a thumb comes to, each in
     the place that it had before the picture came. */
  @media (max-width: 47.99rem) and (orientation: portrait) {
    .show[data-tall] {
      --picture-fit: cover;
      --stage-position: absolute;
      --stage-inset: 0;
      --unmute-end: 15rem;
      --bar-ground: transparent;
      --scrim: linear-gradient(#070b1cd9, #070b1c00 20% 52%, #070b1ca6 72%, #070b1cf0);
    }
    header,
    lucarne-rights {
      position: relative;
      z-index: 1;
    }
  }
  @media (min-width: 48rem), (min-width: 30rem) and (orientation: landscape) {
    .show {
      grid-template-rows: minmax(0, 1fr);
      grid-template-columns: minmax(0, 1fr) auto;
    }
  }
  /* A phone on its side: what height there is belongs to the picture. */
  @media (max-height: 30rem) and (orientation: landscape) {
    header {
      min-height: 2.75rem;
      padding-block: 0;
    }
    h1 {
      -webkit-line-clamp: 1;
    }
  }
  @media (min-width: 48rem) {
    header {
      grid-template-columns: auto minmax(0, 1fr) auto auto;
      padding-inline: var(--space-5);
    }
    .language {
      display: block;
    }
  }
  @media (min-width: 48rem) and (min-height: 30rem) {
    h1 {
      font-size: var(--text-l);
    }
  }
  /* Magnified or tiny: the page scrolls rather than squeezing the picture away. */
  @media (max-height: 22rem) and (max-width: 30rem) {
    :host {
      height: auto;
    }
    .show {
      grid-template-rows: auto;
      --veil-position: relative;
      --stage-height: 9.5rem;
    }
  }
`;
