/** Counts the steps of all journeys and says how each one went. */
export class Report {
  #passed = 0;
  #failed = 0;

  /** A step passes by returning; what it returns is shown beside its name. `trail` explains a failure. */
  async step(name, body, trail) {
    try {
      const note = await body();
      this.#passed++;
      console.log(`PASS ${name}${note ? ` (${note})` : ''}`);
    } catch (error) {
      this.#failed++;
      console.log(`FAIL ${name}: ${error.message}`);
      for (const line of trail()) console.log(`       ${line}`);
    }
  }

  /** Prints the closing line, and tells the exit code. */
  close() {
    console.log(`${this.#passed} passed, ${this.#failed} failed`);
    return this.#failed === 0 && this.#passed > 0 ? 0 : 1;
  }
}
