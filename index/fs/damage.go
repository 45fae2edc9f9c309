package fs

// DamageError says that a file does not hold what was written to it: a checksum is wrong, or it is cut short,
// or gone. It is never about a file of a later version, which is as it should be.
type DamageError struct {
	File string // its name
	Err  error  // what is wrong, and where in the file: section, and block or column
}

// remedy is what to do about damage.
const remedy = "the file is damaged: restore the data folder from a backup, or delete the collection; outcrop check lists all damage"

func (e *DamageError) Error() string { return e.File + ": " + e.Err.Error() + "; " + remedy }

// Unwrap gives what is wrong.
func (e *DamageError) Unwrap() error { return e.Err }
