CREATE TABLE IF NOT EXISTS content (
  digest TEXT PRIMARY KEY,
  size INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS fetch (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  url TEXT NOT NULL UNIQUE,
  validator TEXT,
  total INTEGER,
  safe INTEGER NOT NULL DEFAULT 0,
  best INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  not_before INTEGER NOT NULL,
  deadline INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS download (
  subscriber TEXT NOT NULL,
  id INTEGER NOT NULL,
  url TEXT NOT NULL,
  wanted_name TEXT,
  quota INTEGER NOT NULL,
  keep INTEGER NOT NULL,
  at_once INTEGER NOT NULL,
  state TEXT NOT NULL,
  changed INTEGER NOT NULL,
  told INTEGER NOT NULL,
  fetch INTEGER,
  name TEXT,
  digest TEXT,
  size INTEGER,
  token TEXT,
  token_digest TEXT UNIQUE,
  expires INTEGER,
  reason TEXT,
  text TEXT,
  PRIMARY KEY (subscriber, id)
);
CREATE INDEX IF NOT EXISTS download_fetch ON download(fetch) WHERE fetch IS NOT NULL;
CREATE INDEX IF NOT EXISTS download_digest ON download(digest) WHERE digest IS NOT NULL;
CREATE INDEX IF NOT EXISTS download_expires ON download(expires) WHERE state = 'CACHED';
CREATE INDEX IF NOT EXISTS download_told ON download(told) WHERE told = 0;
CREATE INDEX IF NOT EXISTS download_ended ON download(changed) WHERE state IN ('FAILED', 'EXPIRED') AND told = 1;
