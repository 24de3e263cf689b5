package org.apache.catalina;

public interface Lifecycle {
    String BEFORE_STOP_EVENT = "before_stop";

    void addLifecycleListener(LifecycleListener listener);
}
