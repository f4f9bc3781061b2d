"""Proofs that nothing is lost: processes are killed, disks are full, files are damaged."""
