"""What touches the disk: whole files, Parquet with checksums, prepared datasets, pseudonyms."""
