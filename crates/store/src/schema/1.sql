-- What people did. Never changed, never deleted: the triggers say no even to a careless statement of ours.
CREATE TABLE events (
  seq  INTEGER PRIMARY KEY,
  hash TEXT NOT NULL,          -- sha256(hash before, newline, body), hexadecimal
  body TEXT NOT NULL           -- canonical JSON
) STRICT;
CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN SELECT raise(ABORT, 'events are only ever added'); END;
CREATE TRIGGER events_remain BEFORE DELETE ON events BEGIN SELECT raise(ABORT, 'events are only ever added'); END;
-- The last event, so that cutting off the log's end shows.
CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;

-- All below can be built anew from the events and a run of `map`.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE documents (
  source TEXT PRIMARY KEY,
  id     TEXT,                 -- sha256:...; null where the bytes could not be read
  body   TEXT NOT NULL         -- what is known of it but its text, JSON
) STRICT, WITHOUT ROWID;
CREATE INDEX documents_id ON documents (id);
CREATE TABLE texts (
  id     TEXT PRIMARY KEY,     -- the document's
  reader TEXT NOT NULL,        -- which version read it
  body   TEXT NOT NULL         -- the document, JSON: a later program, whose documents hold more, must still read it
) STRICT;
CREATE TABLE items (
  criterion  TEXT NOT NULL,
  rank       INTEGER NOT NULL, -- best first, within the criterion
  id         TEXT NOT NULL,
  origin     TEXT NOT NULL,    -- suggested, added, kept
  document   TEXT NOT NULL,
  start      INTEGER NOT NULL, -- bytes of the canonical text
  end        INTEGER NOT NULL,
  quote_key  INTEGER NOT NULL, -- of the quote's words, to find it again
  grade      INTEGER NOT NULL, -- 2, 1, -1
  tier       INTEGER NOT NULL, -- 2 strong, 1 likely, 0 check
  cue        TEXT,
  ocr        INTEGER NOT NULL,
  public     INTEGER NOT NULL,
  dated      TEXT,
  outcome    TEXT NOT NULL,
  version    INTEGER NOT NULL, -- the last event on it; 0 for none
  PRIMARY KEY (criterion, rank, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX items_id ON items (id);
CREATE INDEX items_place ON items (document, start);
CREATE INDEX items_quote ON items (quote_key);
CREATE TABLE details (
  item       TEXT PRIMARY KEY,
  citation   TEXT NOT NULL,    -- JSON
  suggestion TEXT              -- JSON; null for added and kept ones
) STRICT;
-- An id that a decision was made under, and the item that now stands for the same passage.
CREATE TABLE aliases (old TEXT PRIMARY KEY, item TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE votes (
  item     TEXT NOT NULL,
  event    INTEGER NOT NULL,
  reviewer TEXT NOT NULL,
  kind     TEXT NOT NULL,      -- vote, adjudication, carried, note
  choice   TEXT,
  note     TEXT,
  time     TEXT NOT NULL,
  undone   INTEGER NOT NULL,
  PRIMARY KEY (item, event)
) STRICT, WITHOUT ROWID;
CREATE TABLE standings (criterion TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
