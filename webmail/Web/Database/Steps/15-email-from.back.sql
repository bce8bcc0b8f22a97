-- Nothing is lost.
DROP INDEX email_from;
