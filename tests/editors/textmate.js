// usage: textmate.js GRAMMAR SAMPLE, with places as JSON, [{line, column}…] from 1, on standard input
//
// Prints the scopes of each place, one line each, outermost first, as VS Code sees them: its own reader of grammars does it. The
// grammars of shell and Python are VS Code's own and not here; those below have what the embedding must cope with, which is
// strings and comments that go on, and that the plx around them has to get through.
'use strict';
const fs = require('fs');
const path = require('path');
const oniguruma = require('vscode-oniguruma');
const textmate = require('vscode-textmate');

const comment = (language) => ({ begin: '#', end: '$', name: `comment.line.${language}` });
const string = (quote, language) => ({ begin: quote, end: quote, name: `string.quoted.${language}` });
const grammar = (language, keywords) => ({
  scopeName: `source.${language}`,
  patterns: [
    comment(language),
    string('"', language),
    string("'", language),
    { match: `\\b(${keywords})\\b`, name: `keyword.control.${language}` },
  ],
});

const [, , grammarFile, sampleFile] = process.argv;
const plx = JSON.parse(fs.readFileSync(grammarFile, 'utf8'));
const grammars = {
  [plx.scopeName]: plx,
  'source.shell': grammar('shell', 'for|in|do|done|if|then|fi|echo'),
  'source.python': grammar('python', 'import|def|return'),
};

async function main() {
  const wasm = path.join(path.dirname(require.resolve('vscode-oniguruma')), 'onig.wasm');
  await oniguruma.loadWASM(fs.readFileSync(wasm).buffer);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (scope) => {
      if (!grammars[scope]) throw new Error(`no grammar for ${scope}`);
      return textmate.parseRawGrammar(JSON.stringify(grammars[scope]), 'grammar.json');
    },
  });
  const loaded = await registry.loadGrammar(plx.scopeName);
  let stack = textmate.INITIAL;
  const lines = fs.readFileSync(sampleFile, 'utf8').split('\n').map((text) => {
    const line = loaded.tokenizeLine(text, stack);
    stack = line.ruleStack;
    return line.tokens;
  });
  for (const { line, column } of JSON.parse(fs.readFileSync(0, 'utf8'))) {
    const token = lines[line - 1].find((t) => t.startIndex < column && column <= t.endIndex);
    console.log(token.scopes.join(' '));
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
