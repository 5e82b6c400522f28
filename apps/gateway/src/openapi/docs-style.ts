/** The page's only style sheet; the content security policy allows no other, and no script at all. */
export const DOCS_STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1rem; }
h2 { border-bottom: 1px solid #8886; margin-top: 3rem; text-transform: capitalize; }
details { border: 1px solid #8884; border-radius: 6px; margin: .5rem 0; padding: .5rem .8rem; }
summary { cursor: pointer; display: flex; flex-wrap: wrap; gap: .6rem; align-items: baseline; }
summary::marker { content: ''; }
code, pre { font: .9em ui-monospace, monospace; }
pre { overflow-x: auto; background: #8881; padding: .6rem; border-radius: 6px; }
.method { font-weight: 700; min-width: 4rem; }
.access { margin-left: auto; font-size: .85em; opacity: .8; }
table { border-collapse: collapse; width: 100%; }
td { border-top: 1px solid #8884; padding: .3rem .6rem .3rem 0; vertical-align: top; }
`;
