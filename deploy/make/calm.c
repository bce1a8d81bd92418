/* Loaded by GNU make for long-running targets: a signal is passed to the recipe,
   and make then ends with the recipe's status instead of dying of the signal. */
#include <signal.h>
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

int plugin_is_GPL_compatible;

static void pass_on(int signal_number) {
  char path[64];
  int pid;
  (void)signal_number;
  snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
  FILE *children = fopen(path, "r");
  if (!children) return;
  while (fscanf(children, "%d", &pid) == 1) kill(pid, SIGTERM);
  fclose(children);
}

int calm_gmk_setup(void) {
  struct sigaction action = {.sa_handler = pass_on, .sa_flags = SA_RESTART};
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  return 1;
}
