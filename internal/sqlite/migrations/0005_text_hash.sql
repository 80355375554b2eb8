-- A quick way to see that a stored text is still what was stored.

-- SHA-256 of the text in data, byte for byte. It is checked whenever a document is
-- read; sha256, which leaves white space and the order of keys out, takes a hundred
-- times as long. NULL: not written since there is this column.
ALTER TABLE document ADD COLUMN text_sha256 BLOB;
