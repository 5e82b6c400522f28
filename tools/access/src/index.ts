export { matrixOf, type MatrixRow, requiredBy } from './matrix.js';
export { type Guarded, readDecorators } from './read-decorators.js';
export { renderJson, renderMarkdown, renderTable } from './render.js';
