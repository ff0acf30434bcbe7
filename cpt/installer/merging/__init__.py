"""Three-way merges of canonical data: base, live and wanted, whatever they are of."""
