import { fork } from 'node:child_process';

/** A process that sends one message at its start, and then one reply to each message. */
export class Worker {
  #child;
  #waiting;

  static async start(module, args) {
    const worker = new Worker(module, args);
    worker.greeting = await worker.#next();
    return worker;
  }

  constructor(module, args) {
    this.#child = fork(module, args.map(String), {
      execArgv: ['--expose-gc'],
      env: { ...process.env, NODE_ENV: 'production' },
    });
    this.#child.on('message', (message) => this.#waiting?.resolve(message));
    this.#child.on('exit', (code) => this.#waiting?.reject(new Error(`${args.join(' ')} ended with ${code}`)));
  }

  ask(message) {
    const answered = this.#next();
    this.#child.send(message);
    return answered;
  }

  end() {
    this.#child.kill();
  }

  #next() {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }
}
