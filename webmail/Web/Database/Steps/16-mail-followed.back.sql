-- Nothing is lost that is not found out again.
DROP TABLE mail_followed;
