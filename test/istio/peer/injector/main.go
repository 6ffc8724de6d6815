// Injector answers AdmissionReviews with Istio's own injection handler and its own default configuration.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"syscall"

	"pillion.io/test/istio/peer/quiet"
	"pillion.io/test/istio/peer/settings"
)

const usage = `injector answer [SETTING...]  answers the review on each line of stdin with a line
injector measure REVIEW       for each number on stdin: calls the handler so often with the review in that file, one call after the other
injector serve CERT KEY       serves HTTPS on a free port of 127.0.0.1 until stdin ends
`

func main() {
	quiet.Logs()
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) >= 1 && args[0] == "answer":
		return with(args[1:], answerLines)
	case len(args) == 2 && args[0] == "measure":
		return with(nil, func(handler http.Handler) error { return measure(handler, args[1]) })
	case len(args) == 3 && args[0] == "serve":
		return with(nil, func(handler http.Handler) error { return serve(handler, args[1], args[2]) })
	}
	return fmt.Errorf("usage:\n%s", usage)
}

func with(flags []string, do func(http.Handler) error) error {
	rendered, err := settings.Render(flags)
	if err != nil {
		return err
	}
	handler, err := handler(rendered)
	if err != nil {
		return err
	}
	return do(handler)
}

// say prints one line of JSON.
func say(value any) error { return json.NewEncoder(os.Stdout).Encode(value) }

// lines hands each line of stdin over. A line may be as long as the largest review.
func lines(each func([]byte) error) error {
	scanner := bufio.NewScanner(os.Stdin)
	scanner.Buffer(nil, 16<<20)
	for scanner.Scan() {
		if err := each(scanner.Bytes()); err != nil {
			return err
		}
	}
	return scanner.Err()
}

func answerLines(handler http.Handler) error {
	return lines(func(line []byte) error {
		answer, err := call(handler, line)
		if err != nil {
			return err
		}
		_, err = os.Stdout.Write(append(bytes.TrimSpace(answer), '\n'))
		return err
	})
}

type measured struct {
	CpuNanoseconds float64 `json:"cpuNanoseconds"`
	Allocations    float64 `json:"allocations"`
	AllocatedBytes float64 `json:"allocatedBytes"`
}

// measure begins with a line that holds the answer, and then prints what one call cost for each number that it reads.
func measure(handler http.Handler, file string) error {
	review, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	answer, err := call(handler, review)
	if err != nil {
		return err
	}
	if err := say(json.RawMessage(answer)); err != nil {
		return err
	}
	return lines(func(line []byte) error {
		calls, err := strconv.Atoi(string(line))
		if err != nil || calls < 1 {
			return fmt.Errorf("how many calls? %q is no such number", line)
		}
		cost, err := costOf(handler, review, calls)
		if err != nil {
			return err
		}
		return say(cost)
	})
}

func costOf(handler http.Handler, review []byte, calls int) (measured, error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start, err := cpuTime()
	if err != nil {
		return measured{}, err
	}
	for range calls {
		if _, err := call(handler, review); err != nil {
			return measured{}, err
		}
	}
	end, err := cpuTime()
	if err != nil {
		return measured{}, err
	}
	runtime.ReadMemStats(&after)
	share := func(total uint64) float64 { return float64(total) / float64(calls) }
	return measured{
		CpuNanoseconds: share(end - start),
		Allocations:    share(after.Mallocs - before.Mallocs),
		AllocatedBytes: share(after.TotalAlloc - before.TotalAlloc),
	}, nil
}

// cpuTime is what this process has used of a processor so far, with its collector of garbage: what else the machine does, does not count.
func cpuTime() (uint64, error) {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0, err
	}
	return uint64(usage.Utime.Nano() + usage.Stime.Nano()), nil
}
