-- The domain map is lost; note it before (GET /domains).
DROP TABLE mail_domain;
