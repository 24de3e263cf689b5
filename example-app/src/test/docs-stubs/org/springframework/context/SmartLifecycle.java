package org.springframework.context;

public interface SmartLifecycle {
    void start();

    void stop();

    boolean isRunning();
}
