"""The CronJob controller: makes Jobs when their time has come, and keeps a few of the old ones."""
