"""The commands of kubectl, a file for each group of them. Who calls which is said in kubectl/tree.py."""
