-- Whom people trusted is lost; images from elsewhere are loaded for nobody.
DROP TABLE trusted_sender;
