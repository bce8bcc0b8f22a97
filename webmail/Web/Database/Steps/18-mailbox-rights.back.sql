-- Nothing is lost that is not found out again.
ALTER TABLE mailbox DROP COLUMN rights, DROP COLUMN rights_read;
