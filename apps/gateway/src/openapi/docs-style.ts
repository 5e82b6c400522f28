/** The page's only style sheet; the content security policy allows no other, and no script at all. */
export const DOCS_STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1rem; }
h2 { border-bottom: 1px solid #8886; margin-top: 3rem; text-transform: capitalize; }
details { border: 1px solid #8884; border-radius: 6px; margin: .5rem 0; padding: .5rem .8rem; }
code { overflow-wrap: anywhere; }
summary { cursor: pointer; display: flex; flex-wrap: wrap; gap: .6rem; align-items: baseline; }
summary::marker { content: ''; }
code, pre { font: .9em ui-monospace, monospace; }
pre { overflow-x: auto; background: #8881; padding: .6rem; border-radius: 6px; }
.method { font-weight: 700; min-width: 4rem; }
.access { margin-left: auto; font-size: .85em; opacity: .8; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
td:first-child { width: 25%; }
td { overflow-wrap: anywhere; border-top: 1px solid #8884; padding: .3rem .6rem .3rem 0; vertical-align: top; }
`;

export const DOCS_ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#667" d="M1 2h3v2h2V2h4v2h2V2h3v13h-5v-4a2 2 0 0 0-4 0v4H1z"/></svg>';
