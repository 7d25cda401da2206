"""All plants of a programme at once, as rows of arrays: the second way to every number beside the tree."""
