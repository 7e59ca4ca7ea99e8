"""A little of a shell: enough of sh, and of the commands in busybox, for what people write into manifests."""
