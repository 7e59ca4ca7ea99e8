"""The StatefulSet controller: pods with lasting names and claims, made in order and updated from the top."""
