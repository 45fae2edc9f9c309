package substrait

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"
)

// maxWhere is how many relations an error names.
const maxWhere = 5

// place is " (in root > filter > project)".
func (d *decoder) place() string {
	if len(d.where) == 0 {
		return ""
	}
	where := d.where
	if len(where) > maxWhere {
		where = append([]string{"..."}, where[len(where)-maxWhere:]...)
	}
	return " (in " + strings.Join(where, " > ") + ")"
}

func (d *decoder) malformed(format string, args ...any) error {
	return malformed("%s%s", fmt.Sprintf(format, args...), d.place())
}

func (d *decoder) unsupported(format string, args ...any) error {
	return unsupported("%s%s", fmt.Sprintf(format, args...), d.place())
}

// chosen names the field that is set in a message's only oneof.
func chosen(m proto.Message) string {
	r := m.ProtoReflect()
	for i := range r.Descriptor().Oneofs().Len() {
		if f := r.WhichOneof(r.Descriptor().Oneofs().Get(i)); f != nil {
			return string(f.Name())
		}
	}
	return "of an unknown kind"
}
