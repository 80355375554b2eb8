-- The tokens of the local API that the user made.

-- A token's SHA-256 stands sealed in the table secret as api_token.<id>, written
-- and deleted together with the row here. The token itself is kept nowhere.
CREATE TABLE token (
  id      INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice: what names a revoked one names no other
  name    TEXT NOT NULL,                     -- the user's word for the program that has it
  scope   TEXT NOT NULL CHECK (scope IN ('read', 'write', 'admin')),
  made_ms INTEGER NOT NULL,
  used_ms INTEGER NOT NULL                   -- about when it was last used, 0: not yet
) STRICT;
