// Filled by the part this belongs to.
return 0;
