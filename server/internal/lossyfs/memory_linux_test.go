package lossyfs_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// mapperEnv holds the file that a child maps.
const mapperEnv = "USHER_LOSSYFS_TEST_MAPPER"

// TestMapper is not a test: it is the process of the test below. It goes on when
// it is sent a line, and says what stands in the memory that it wrote to.
func TestMapper(t *testing.T) {
	path := os.Getenv(mapperEnv)
	if path == "" {
		t.Skip("only as a child")
	}
	line := bufio.NewReader(os.Stdin)
	fd := open(t, path, syscall.O_RDWR)
	memory, err := syscall.Mmap(fd, 0, 4096, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	must(t, err)
	fmt.Println("mapped")
	_, _ = line.ReadString('\n')
	memory[0] = 'B'
	fmt.Println("written back:", syscall.Fsync(fd) == nil)
	_, _ = line.ReadString('\n')
	_, err = syscall.Pwrite(fd, []byte("longer"), 8192)
	must(t, err)
	var st syscall.Stat_t
	must(t, syscall.Fstat(fd, &st))
	fmt.Printf("memory: %c\n", memory[0])
}

// Memory that could not be written back is not replaced by what the disk has,
// when the file has changed otherwise: SQLite's processes share such memory.
func TestFail_LeavesMemoryAlone(t *testing.T) {
	t.Parallel()
	l := mount(t)
	path := filepath.Join(l.At(), "f")
	write(t, path, 0, "A", true)
	write(t, path, 4095, "Z", true)
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestMapper$", "-test.v")
	cmd.Env = append(os.Environ(), mapperEnv+"="+path)
	in, err := cmd.StdinPipe()
	must(t, err)
	out, err := cmd.StdoutPipe()
	must(t, err, cmd.Start())
	lines := bufio.NewScanner(out)
	expect := func(want string) {
		t.Helper()
		for lines.Scan() {
			if lines.Text() == want {
				return
			}
		}
		t.Errorf("it did not say %q", want)
	}
	expect("mapped")
	l.Fail(syscall.EROFS)
	_, _ = io.WriteString(in, "\n")
	expect("written back: false")
	l.Fail(0)
	_, _ = io.WriteString(in, "\n")
	expect("memory: B")
	_ = in.Close()
	_, _ = io.Copy(io.Discard, out)
	must(t, cmd.Wait())
}
