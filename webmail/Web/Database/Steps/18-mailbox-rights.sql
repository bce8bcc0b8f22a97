-- The user's own (RFC 4314 section 2.1); null where the mail server does not tell, and when they were read.
ALTER TABLE mailbox ADD COLUMN rights text, ADD COLUMN rights_read timestamptz;
