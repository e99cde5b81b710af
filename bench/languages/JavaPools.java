import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.PrintWriter;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;

/** Pools of Java in a process of their own: a JSON document for each pass, as Google Benchmark's.
 *  JavaPools PASSES ROUND_MS */
public final class JavaPools {
  interface Pool {
    Object acquire() throws Exception;
    void release(Object lease) throws Exception;
  }

  /** As many threads as connections: what the sleeps of this language leave to be had. */
  static final class NoPool implements Pool {
    public Object acquire() { return this; }
    public void release(Object lease) {}
  }

  static final class Hikari implements Pool {
    private final HikariDataSource source;
    Hikari(int size) {
      HikariConfig config = new HikariConfig();
      config.setDataSource(new NothingSource());
      config.setMaximumPoolSize(size);
      source = new HikariDataSource(config);
    }
    public Object acquire() throws Exception { return source.getConnection(); }
    public void release(Object lease) throws Exception { ((Connection) lease).close(); }
  }

  static final class Commons implements Pool {
    private final GenericObjectPool<Object> pool;
    Commons(int size, boolean isFair) {
      GenericObjectPoolConfig<Object> config = new GenericObjectPoolConfig<>();
      config.setMaxTotal(size);
      config.setMaxIdle(size);
      config.setFairness(isFair);
      config.setJmxEnabled(false);
      pool = new GenericObjectPool<>(new BasePooledObjectFactory<Object>() {
        public Object create() { return new Object(); }
        public PooledObject<Object> wrap(Object made) { return new DefaultPooledObject<>(made); }
      }, config);
    }
    public Object acquire() throws Exception { return pool.borrowObject(); }
    public void release(Object lease) { pool.returnObject(lease); }
  }

  /** Connections that do nothing and answer no, 0 or null. */
  static final class NothingSource implements DataSource {
    public Connection getConnection() {
      return (Connection) Proxy.newProxyInstance(JavaPools.class.getClassLoader(), new Class<?>[] {Connection.class},
          (self, method, arguments) -> {
            Class<?> type = method.getReturnType();
            if (type == boolean.class) return method.getName().equals("isValid");
            return type == int.class ? (Object) 0 : null;
          });
    }
    public Connection getConnection(String user, String password) { return getConnection(); }
    public PrintWriter getLogWriter() { return null; }
    public void setLogWriter(PrintWriter writer) {}
    public void setLoginTimeout(int seconds) {}
    public int getLoginTimeout() { return 0; }
    public Logger getParentLogger() { return null; }
    public <T> T unwrap(Class<T> type) { return null; }
    public boolean isWrapperFor(Class<?> type) { return false; }
  }

  static final class Caller extends Thread {
    final Pool pool;
    final long holdNs;
    final CountDownLatch begin;
    long cycles;
    long[] waits = new long[1024];
    int waited;
    Caller(Pool pool, long holdNs, CountDownLatch begin) {
      this.pool = pool;
      this.holdNs = holdNs;
      this.begin = begin;
    }
    public void run() {
      try {
        begin.await();
        while (!isOver) {
          cycle();
          if (!isOver) ++cycles;
        }
      } catch (Exception error) {
        throw new IllegalStateException(error);
      }
    }
    private void cycle() throws Exception {
      if (holdNs == 0) {
        pool.release(pool.acquire());
        return;
      }
      long asked = System.nanoTime();
      Object lease = pool.acquire();
      long granted = System.nanoTime();
      if (waited == waits.length) waits = Arrays.copyOf(waits, 2 * waited);
      waits[waited++] = granted - asked;
      LockSupport.parkNanos(holdNs);
      pool.release(lease);
    }
  }

  static volatile boolean isOver;

  static List<Caller> round(Pool pool, int threads, long holdUs, long roundMs) throws Exception {
    CountDownLatch begin = new CountDownLatch(1);
    List<Caller> callers = new ArrayList<>();
    for (int i = 0; i < threads; ++i) callers.add(new Caller(pool, holdUs * 1000, begin));
    isOver = false;
    for (Caller caller : callers) caller.start();
    long began = System.nanoTime();
    begin.countDown();
    Thread.sleep(roundMs);
    isOver = true;
    tookNs = System.nanoTime() - began;
    for (Caller caller : callers) caller.join();
    return callers;
  }

  static long tookNs;

  static String figures(List<Caller> callers, boolean hasWaits) {
    long cycles = Math.max(1, callers.stream().mapToLong(one -> one.cycles).sum());
    long least = callers.stream().mapToLong(one -> one.cycles).min().getAsLong();
    long most = Math.max(1, callers.stream().mapToLong(one -> one.cycles).max().getAsLong());
    String text = String.format(Locale.ROOT, "\"cycles_per_s\": %.6g, \"ns_per_cycle\": %.6g, \"fairness\": %.6g",
        cycles * 1e9 / tookNs, (double) tookNs / cycles, (double) least / most);
    if (!hasWaits) return text;
    long[] waits = callers.stream().flatMapToLong(one -> Arrays.stream(one.waits, 0, one.waited)).sorted().toArray();
    String[] names = {"p50_us", "p99_us", "p99_9_us", "max_us"};
    double[] shares = {0.5, 0.99, 0.999, 1};
    for (int i = 0; i < names.length; ++i) {
      int place = Math.max(0, (int) Math.ceil(shares[i] * waits.length) - 1);
      text += String.format(Locale.ROOT, ", \"%s\": %.6g", names[i], waits[place] / 1e3);
    }
    return text;
  }

  public static void main(String[] words) throws Exception {
    final int passes = Integer.parseInt(words[0]);
    final long roundMs = Long.parseLong(words[1]);
    final int size = 8;
    String[] names = {"no-pool-java", "hikaricp", "commons-pool2", "commons-pool2-fair"};
    Pool[] pools = {new NoPool(), new Hikari(size), new Commons(size, false), new Commons(size, true)};
    int[][] cases = {{1, 0}, {2, 0}, {8, 0}, {32, 0}, {32, 100}, {32, 1000}};
    for (Pool pool : pools)  // Until it is compiled.
      for (int[] one : cases)
        round(pool, one[0], one[1], 500);
    List<String> rows = new ArrayList<>();
    for (int pass = 0; pass < passes; ++pass) {
      for (int[] one : cases) {
        for (int i = 0; i < pools.length; ++i) {
          int which = (i + pass) % pools.length;
          List<Caller> callers = round(pools[which], which == 0 ? Math.min(size, one[0]) : one[0], one[1], roundMs);
          rows.add(String.format("{\"name\": \"%s/%s/threads:%d/size:%d/hold_us:%d\", \"run_type\": \"iteration\", %s}",
              one[1] == 0 ? "language_cycle" : "language_hold", names[which], one[0], size, one[1],
              figures(callers, one[1] > 0)));
        }
      }
    }
    System.out.println("{\"benchmarks\": [\n" + String.join(",\n", rows) + "\n]}");
    System.exit(0);
  }
}
