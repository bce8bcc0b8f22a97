-- Lists that people have left are offered to be left once more.
DROP TABLE unsubscription;
