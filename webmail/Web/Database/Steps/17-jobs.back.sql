-- What waits is not done, and what was done cannot be put back any longer.
DROP TABLE job_email;
DROP TABLE job;
DROP TABLE job_account;
