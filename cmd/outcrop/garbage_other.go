//go:build !linux

package main

// hugePages leaves it to the system.
func hugePages([]byte) {}

// addressSpace of other systems is not asked for.
func addressSpace() int { return 0 }
